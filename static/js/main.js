// What every page does with JavaScript. Each part leaves a page that works when it is missing.

import { confirmDialogs } from "./dialogs.js";
import { filters } from "./filters.js";
import { guardForms } from "./forms.js";
import { menus } from "./menus.js";
import { preferences } from "./preferences.js";
import { tables } from "./tables.js";
import { floatToasts } from "./toasts.js";

preferences();
menus();
floatToasts();
confirmDialogs();
guardForms();
filters();
tables();
