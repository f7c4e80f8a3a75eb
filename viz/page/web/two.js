/** A page of two networks: all that a page has, and the second one beside the first. */

import {} from "./panels/comparison.js";
import {} from "./main.js";
