import { afterAll } from "bun:test";
import { stopAll } from "./colony.ts";

afterAll(stopAll);
