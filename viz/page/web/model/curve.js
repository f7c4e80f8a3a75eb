/** What a training was like so far: its loss and accuracy at some steps, evenly thinned when they become many. */

const MOST = 400; // points

export class Curve {
  constructor() {
    this.points = []; // of what it learned from: {step, loss, accuracy}
    this.heldOut = []; // of what was held out, the same
  }

  /** @param {object} report step, loss and accuracy, null before the first step @param {object} [heldOut] loss and accuracy */
  add({ step, loss, accuracy }, heldOut) {
    while (this.points.length > 0 && this.last.step > step) this.points.pop(); // it has gone back
    while (this.heldOut.length > 0 && this.heldOut[this.heldOut.length - 1].step > step) this.heldOut.pop();
    if (loss !== null && this.last?.step !== step) this.points = thinned([...this.points, { step, loss, accuracy }]);
    if (heldOut) this.heldOut = thinned([...this.heldOut.filter((one) => one.step !== step), { step, loss: heldOut.loss, accuracy: heldOut.accuracy }]);
  }

  get last() {
    return this.points[this.points.length - 1];
  }
}

/** Every second one, but the last, of too many. */
function thinned(points) {
  return points.length <= MOST ? points : points.filter((_, i) => i % 2 === 0 || i === points.length - 1);
}
