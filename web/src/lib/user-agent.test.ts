import { expect, test } from "vitest";
import { describeAgent } from "./user-agent.ts";

const mozilla = "Mozilla/5.0";
const webkit = "AppleWebKit/537.36 (KHTML, like Gecko)";

test.each([
  [
    `${mozilla} (Windows NT 10.0; Win64; x64) ${webkit} Chrome/140.0 Safari/537.36 Edg/140.0`,
    "Edge on Windows",
    "computer",
  ],
  [`${mozilla} (X11; Linux x86_64) ${webkit} Chrome/140.0 Safari/537.36`, "Chrome on Linux", "computer"],
  [`${mozilla} (Macintosh; Intel Mac OS X 10_15) ${webkit} Version/19.0 Safari/605.1`, "Safari on macOS", "computer"],
  [`${mozilla} (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0`, "Firefox on Linux", "computer"],
  [
    `${mozilla} (iPhone; CPU iPhone OS 19_0 like Mac OS X) ${webkit} CriOS/140.0 Safari/604.1`,
    "Chrome on iPhone",
    "phone",
  ],
  [`${mozilla} (Linux; Android 16; Pixel 9) ${webkit} Chrome/140.0 Mobile Safari/537.36`, "Chrome on Android", "phone"],
  ["curl/8.14.1", "curl", "script"],
  ["", "Unknown device", "computer"],
])("%s is %s", (agent, name, kind) => {
  expect(describeAgent(agent)).toEqual({ name, kind });
});
