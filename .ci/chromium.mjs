import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";

/** Headless-shell Chromium takes about half the processor time, and is what Playwright itself prefers. */
const light = "/usr/bin/chromium-headless-shell";

const places = [
  process.env.CHROMIUM_PATH,
  light,
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
  "/usr/bin/google-chrome-stable",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
];

/** Returns whether there is one, or this user can install one without entering a password. */
export function canHaveChromium() {
  if (found()) return true;
  if (!managers.some(({ probe }) => existsSync(probe))) return false;
  return process.getuid?.() === 0 || spawnSync("sudo", ["-n", "true"], { stdio: "ignore" }).status === 0;
}

/**
 * Finds a Chromium for the browser tests, or installs the system's package, and returns its path. CI uses the headless
 * shell if a package exists, even beside another one.
 */
export function chromium() {
  const wantsLight = process.env.CI && !process.env.CHROMIUM_PATH && existsSync(aptGet);
  if (!found() || (wantsLight && !existsSync(light))) install();
  const path = found();
  if (!path) throw new Error("No Chromium was found. Install one and set CHROMIUM_PATH to it.");
  process.stdout.write(`Chromium: ${path}\n`);
  return { CHROMIUM_PATH: path };
}

const found = () => places.find((place) => place && existsSync(place));

const aptGet = "/usr/bin/apt-get";
const aptInstall = "apt-get install -y -q --no-install-recommends";

/** For each package manager, the commands that install one; each is tried if the previous one failed. */
const managers = [
  {
    probe: aptGet,
    before: "apt-get update -q",
    any: [`${aptInstall} chromium-headless-shell`, `${aptInstall} chromium`],
  },
  { probe: "/usr/bin/dnf", any: ["dnf install -y chromium"] },
  { probe: "/sbin/apk", any: ["apk add chromium"] },
  { probe: "/usr/bin/pacman", any: ["pacman -Sy --noconfirm chromium"] },
];

function install() {
  const manager = managers.find(({ probe }) => existsSync(probe));
  if (!manager) return;
  if (manager.before) attempt(manager.before);
  manager.any.some(attempt);
}

/** Returns whether a command succeeded; if not, the next one is tried. */
function attempt(command) {
  const root = process.getuid?.() === 0 ? [] : ["sudo"];
  const [program, ...words] = [...root, ...command.split(" ")];
  process.stdout.write(`For the browser tests this installs the system's package: ${[program, ...words].join(" ")}\n`);
  const options = { stdio: "inherit", env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" } };
  return spawnSync(program, words, options).status === 0;
}
