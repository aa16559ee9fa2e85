import "@tabler/core/dist/css/tabler.min.css";
import "./office.css";
import htmx from "htmx.org";

window.htmx = htmx;
