/** Measures a page from inside, ours or PyVis's; installed before the page's own scripts. */

window.bench = (() => {
  const frame = () => new Promise(requestAnimationFrame);
  const task = () => new Promise((resolve) => setTimeout(resolve));

  /** The page's vis-network: ours names it in its public object, PyVis's in a global. */
  const network = () => window.neuroscribble?.view ?? window.network;
  const canvas = () => network().canvas.frame.canvas;

  /** The browser only notes what is to be drawn; reading one pixel makes it draw. */
  const drawNow = () => canvas().getContext("2d").getImageData(0, 0, 1, 1);

  /** Milliseconds since the navigation at which the picture stands and the thread is free. */
  const interactive = (async () => {
    while (!network()?.canvas) await frame(); // our page has an element of that name, too
    await window.neuroscribble?.ready;
    await frame();
    await task();
    return performance.now();
  })();

  /** Milliseconds of each of n redraws, drawn to the last pixel. */
  function redraws(n) {
    drawNow();
    return Array.from({ length: n }, () => {
      const started = performance.now();
      network().redraw();
      drawNow();
      return performance.now() - started;
    });
  }

  /** Milliseconds between n frames while the view is dragged to and fro, zoomed in and out, or
   *  left alone ("still": what the machine allows at best). */
  async function frames(n, kind) {
    const scale = network().getScale();
    const position = network().getViewPosition();
    const stamps = [];
    for (let i = 0; i <= n; i++) {
      const swing = Math.sin(i / 8);
      const view =
        kind === "drag"
          ? { position: { x: position.x + (150 * swing) / scale, y: position.y }, scale }
          : { position, scale: scale * 2 ** (0.5 + 0.5 * swing) };
      if (kind !== "still") network().moveTo({ ...view, animation: false });
      stamps.push(await frame());
    }
    network().moveTo({ position, scale, animation: false });
    drawNow();
    return stamps.slice(1).map((stamp, i) => stamp - stamps[i]);
  }

  /** Milliseconds between n frames while light runs from the ink to the answer, again and again. */
  async function light(n) {
    const examples = document.querySelectorAll("#examples button");
    const intervals = [];
    for (let run = 0; intervals.length < n; run++) {
      examples[run % examples.length].click();
      await frame(); // in which the new drawing is thought about and painted
      let last = await frame();
      while (document.querySelector("canvas.light")) {
        const now = await frame();
        intervals.push(now - last);
        last = now;
      }
      if (intervals.length === 0) throw new Error("no light was seen behind a drawing");
    }
    return intervals.slice(0, n);
  }

  /** Milliseconds from the choice of k until its edges are painted (our page paints them once). */
  async function repaint(topK) {
    const started = performance.now();
    window.neuroscribble.setTopK(topK);
    await window.neuroscribble.painted();
    return performance.now() - started;
  }

  const strokes = [];

  /** From now on every move of the pen on the pad is timed until its picture stands, drawn to the last pixel. Browsers
   *  tell of moves just before a frame: a page that draws in that same one is not charged with any waiting. */
  function watchStrokes() {
    document.addEventListener(
      "pointermove",
      async (event) => {
        if (event.target.id !== "pad" || event.buttons === 0) return;
        const started = performance.now();
        const nextFrame = frame();
        await new Promise((resolve) => network().once("afterDrawing", resolve));
        drawNow(); // the page's own work on this event is over by now
        const work = performance.now() - started;
        await nextFrame;
        await task(); // the frame has been handed to the screen
        strokes.push({ work, screen: performance.now() - event.timeStamp });
      },
      true, // before the page's own listeners
    );
  }

  return { interactive, redraws, frames, light, repaint, watchStrokes, strokes };
})();
