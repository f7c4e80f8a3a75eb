/** What a page of two networks has beyond all others: the second one beside the first. */

import {} from "./panels/comparison.js";
