/** What the page of a lesson has beyond all others: the lesson at the side. */

import {} from "./panels/classroom.js";
