/** What a page has beyond all others whose network can be seen while it learned: a ribbon of its moments. */

import { Education, EducationPanel } from "./panels/education.js";
import { extras } from "./panels/extras.js";
import { Ribbon } from "./panels/ribbon.js";
import { Watch } from "./panels/watch.js";

extras.trained = { Education, EducationPanel, Ribbon, Watch };
