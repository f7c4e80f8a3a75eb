/** Exhibition mode: nobody leaves the stage, and after a minute without a hand everything is as at the beginning. */

const IDLE = 60_000; // milliseconds without a touch or a key
const SIGNS = ["pointerdown", "pointermove", "keydown", "wheel"]; // that somebody is there

export class Kiosk {
  /** @param {Stage} stage @param {AbortSignal} signal the end of the page */
  constructor(stage, signal) {
    this.stage = stage;
    document.documentElement.dataset.kiosk = "";
    for (const sign of SIGNS) document.addEventListener(sign, () => this.touched(), { signal, passive: true });
    const refuse = (event) => event.preventDefault();
    const passOver = (event) => event.key === "?" && event.stopPropagation(); // no tour
    document.addEventListener("keydown", passOver, { signal, capture: true });
    for (const way of ["contextmenu", "dragstart", "gesturestart"]) document.addEventListener(way, refuse, { signal });
    for (const way of ["dragover", "drop"]) document.addEventListener(way, (event) => [refuse(event), event.stopPropagation()], { signal, capture: true });
    document.addEventListener("touchmove", refuse, { signal, passive: false }); // no pinch, no pull to reload
    stage.enter();
  }

  touched() {
    clearTimeout(this.waiting);
    this.waiting = setTimeout(() => this.stage.reset(), IDLE);
  }
}
