import { expect, test } from "vitest";
import { readArguments, UnknownArgument } from "./arguments.ts";

test("omitted options have defaults", () => {
  expect(readArguments([])).toEqual({ port: 4280, reset: false, data: ".muster", realLimits: false, help: false });
});

test("every option can be given", () => {
  expect(readArguments(["--port", "0", "--reset", "--data=/srv/muster", "--real-limits", "-h"])).toEqual({
    port: 0,
    reset: true,
    data: "/srv/muster",
    realLimits: true,
    help: true,
  });
});

test.each([
  [["--demo"], 25],
  [["--demo", "--port", "0"], 25],
  [["--demo", "2000"], 2000],
  [["--reset", "--demo=100000"], 100_000],
])("%j requests a demo of %i members", (words, demo) => {
  expect(readArguments(words).demo).toBe(demo);
});

test.each([
  ["--demo", "26"],
  ["--demo", ""],
  ["--demos"],
  ["--port", "http"],
  ["--port", "70000"],
  ["--port"],
  ["--data", ""],
  ["start"],
])("%s %s is explained", (...words) => {
  expect(() => readArguments(words)).toThrow(UnknownArgument);
});

test("the send rate is a whole number of emails per second", () => {
  expect(readArguments(["--send-rate", "14"]).sendRate).toBe(14);
  for (const rate of ["0", "1.5", "many", "10000"]) {
    expect(() => readArguments(["--send-rate", rate])).toThrow(
      `--send-rate must be a number from 1 to 9999, not ${rate}.`,
    );
  }
});
