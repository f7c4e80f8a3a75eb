/** In which orders edges are kept, and which shares of them: see cut_curve.py. */

export const ORDERS = ["usual", "weight", "random"];
export const FRACTIONS = [1, 0.7, 0.5, 0.35, 0.25, 0.18, 0.12, 0.08, 0.05, 0.03, 0.02, 0.01];
