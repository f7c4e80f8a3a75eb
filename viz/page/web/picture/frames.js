/**
 * Whatever changes within a frame is seen in the same one: first all that is to be read, then all that is to be drawn,
 * then the words, whose layout so nobody has to wait for.
 */

const [reading, drawing, telling] = [new Set(), new Set(), new Set()];
let isWaiting = false; // for the next frame

/** In the next frame, once however often it is asked for. @param {() => void} task that may ask for drawing and words */
export function readNext(task) {
  ask(reading, task);
}

/** The same behind all reading. What drawing itself asks for comes with a later frame. @param {() => void} task */
export function drawNext(task) {
  ask(drawing, task);
}

/** The same behind all drawing. @param {() => void} task that changes elements of the page */
export function tellNext(task) {
  ask(telling, task);
}

/** It is drawn no more. @param {() => void} task */
export function drawNever(task) {
  drawing.delete(task);
}

function ask(tasks, task) {
  tasks.add(task);
  if (!isWaiting) requestAnimationFrame(run);
  isWaiting = true;
}

function run() {
  try {
    for (const tasks of [reading, drawing, telling]) perform(tasks);
  } finally {
    isWaiting = reading.size + drawing.size + telling.size > 0;
    if (isWaiting) requestAnimationFrame(run);
  }
}

function perform(tasks) {
  const now = [...tasks];
  tasks.clear();
  for (const task of now) task();
}
