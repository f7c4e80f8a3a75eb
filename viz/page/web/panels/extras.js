/** What some pages can do beyond all others: the modules of such a page put it here before it starts. */

export const extras = {
  compare: null, // the class Comparison, on a page of two networks
  trained: null, // the classes of trained.js, on a page of a training
  classroom: null, // the class Classroom, on the page of a lesson
};
