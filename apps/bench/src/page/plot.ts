// The plot library, loaded once the page's language is one that it takes.
import "./valid-language.ts";
import "uplot/dist/uPlot.min.css";
import uPlot from "uplot";

export { uPlot };
