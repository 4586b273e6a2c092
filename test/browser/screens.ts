import { among } from "./screens/among.ts";
import { answers } from "./screens/answering.ts";
import { entering } from "./screens/entering.ts";
import { projects } from "./screens/projects.ts";
import { reaching } from "./screens/reaching.ts";
import { reading } from "./screens/reading.ts";
import { residents } from "./screens/residents.ts";
import type { Screen } from "./screens/screen.ts";
import { searching } from "./screens/searching.ts";
import { tending } from "./screens/tending.ts";
import { trouble } from "./screens/trouble.ts";
import { working } from "./screens/working.ts";
import { writing } from "./screens/writing.ts";

/** Every screen of the viewer and every state of one. Shots and the accessibility test go through them all: what is added here is photographed and examined. */
export const screens: Screen[] = [
  ...entering,
  ...reading,
  ...among,
  ...reaching,
  ...searching,
  ...residents,
  ...answers,
  ...projects,
  ...writing,
  ...working,
  ...tending,
  ...trouble,
];
