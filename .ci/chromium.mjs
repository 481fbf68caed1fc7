import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";

const places = [
  process.env.CHROMIUM_PATH,
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
  "/usr/bin/google-chrome-stable",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
];

/** Finds a Chromium for the browser tests, or installs the system's package, and says which. */
export function chromium() {
  const path = found() ?? install();
  process.stdout.write(`Chromium: ${path}\n`);
  return { CHROMIUM_PATH: path };
}

const found = () => places.find((place) => place && existsSync(place));

function install() {
  const root = process.getuid?.() === 0 ? [] : ["sudo"];
  const managers = [
    {
      probe: "/usr/bin/apt-get",
      commands: ["apt-get update -q", "apt-get install -y -q --no-install-recommends chromium"],
    },
    { probe: "/usr/bin/dnf", commands: ["dnf install -y chromium"] },
    { probe: "/sbin/apk", commands: ["apk add chromium"] },
    { probe: "/usr/bin/pacman", commands: ["pacman -Sy --noconfirm chromium"] },
  ];
  const manager = managers.find(({ probe }) => existsSync(probe));
  if (!manager) throw new Error("No Chromium was found. Install one and set CHROMIUM_PATH to it.");
  for (const command of manager.commands) {
    const [program, ...words] = [...root, ...command.split(" ")];
    process.stdout.write(
      `No Chromium was found, so this installs the system's package: ${[program, ...words].join(" ")}\n`,
    );
    execFileSync(program, words, { stdio: "inherit", env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" } });
  }
  const path = found();
  if (!path) throw new Error("Chromium was installed but is in none of the usual places. Set CHROMIUM_PATH to it.");
  return path;
}
