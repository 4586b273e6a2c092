/** What the box can do without until somebody writes: not part of the first paint. */
export { Attaching } from "../files/Attaching.tsx";
export { addFiles } from "../files/uploads.ts";
export { Preview } from "./Preview.tsx";
export { guess } from "./paste.ts";
export { SuggestionList } from "./SuggestionList.tsx";
export { createSuggestions } from "./suggestions.ts";
