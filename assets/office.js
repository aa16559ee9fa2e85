// What runs on every office page. Pages work without it: menus are <details>, tabs and dialogs are links.
import "./tabler.scss";
import "./css/tokens.css";
import "./css/base.css";
import "./css/shell.css";
import "./css/parts.css";
import "./css/picker.css";
import "./css/accounts.css";
import "./css/child.css";
import "./css/circle.css";
import "./css/care.css";
import "./css/finding.css";
import "./css/figures.css";
import "./css/boards.css";
import "./css/messages.css";
import "./css/print.css";
import htmx from "htmx.org";
import { copy } from "./js/copy.js";
import { dialogs } from "./js/dialogs.js";
import { drafts } from "./js/drafts.js";
import { finder } from "./js/finder.js";
import { forms } from "./js/forms.js";
import { keys } from "./js/keys.js";
import { places } from "./js/places.js";
import { requests } from "./js/requests.js";
import { shell } from "./js/shell.js";

window.htmx = htmx;
for (const begin of [requests, copy, dialogs, drafts, finder, forms, keys, places, shell]) begin(document);
