import { afterAll } from "vitest";
import { closeTables } from "./table.ts";

// a test file shares its modules with those before it, but not the engine
afterAll(closeTables);
