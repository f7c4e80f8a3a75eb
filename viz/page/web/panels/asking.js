/** Asks the worker once a question rests, and hears the answer only while the question still stands. */

const PAUSE = 150; // milliseconds

export class Asking {
  /** @param {Examiner} examiner @param {(answer: object | Error) => void} tell */
  constructor(examiner, tell) {
    Object.assign(this, { examiner, tell });
    this.key = null; // what the answer depends on
  }

  /** @param {string} key one that was asked last is not asked again @param {HTMLElement} element on which the answer is shown */
  ask(key, element, order, given) {
    if (key === this.key) return;
    this.key = key;
    clearTimeout(this.waiting);
    this.waiting = setTimeout(async () => {
      if (!element.isConnected) this.key = null; // it is shown again some day, or another network is
      if (key !== this.key) return;
      const answer = await this.examiner.order(order, given).catch((error) => error);
      if (key === this.key) this.tell(answer);
    }, PAUSE);
  }

  /** What has been asked is asked anew another time. */
  forget() {
    clearTimeout(this.waiting);
    this.key = null;
  }
}
