/** What was answered in a lesson outlives a reload of the page: its tab remembers it, and forgets it when it is closed. */

const REMEMBERED = "neuroscribble answers"; // and the lesson's title

/** @param {Classroom} classroom */
export function keepAnswers(classroom) {
  const { at, began, name, tasks } = classroom;
  const told = { at, began, name: name.value, tasks: tasks.map((task) => ({ question: task.question, ...task.answered })) };
  try {
    sessionStorage.setItem(keyOf(classroom), JSON.stringify(told));
  } catch {
    // a browser that remembers nothing for pages from a disk: the answers stay in the page alone
  }
}

/** Gives back what this tab remembers of the same questions. @param {Classroom} classroom */
export function bringBackAnswers(classroom) {
  const told = remembered(keyOf(classroom));
  const isSame = told !== null && classroom.tasks.every(({ question }, i) => told.tasks[i]?.question === question);
  if (!isSame) return;
  classroom.at = Math.min(told.at, classroom.steps.length - 1);
  classroom.began = told.began;
  classroom.name.value = told.name;
  classroom.tasks.forEach((task, i) => task.bringBack(told.tasks[i]));
}

/** The lesson as nobody has begun it. @param {Classroom} classroom */
export function beginAnew(classroom) {
  try {
    sessionStorage.removeItem(keyOf(classroom));
  } catch {
    // nothing was remembered
  }
  location.reload();
}

function remembered(key) {
  try {
    return JSON.parse(sessionStorage.getItem(key));
  } catch {
    return null;
  }
}

function keyOf({ lesson }) {
  return `${REMEMBERED}: ${lesson.title}`;
}
