import { afterAll } from "vitest";
import { closeTables } from "./table.ts";

// a test file shares its modules with those before it, but neither the engine nor what they set in the environment
const environment = { ...process.env };

afterAll(closeTables);
afterAll(() => {
  for (const name of Object.keys(process.env)) if (!(name in environment)) delete process.env[name];
  Object.assign(process.env, environment);
});
