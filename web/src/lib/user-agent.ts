// Order matters: Edge and Opera also say Chrome, Chrome also says Safari, Android also says Linux.
const browsers: [RegExp, string][] = [
  [/\bEdgA?\//, "Edge"],
  [/\bOPR\//, "Opera"],
  [/\b(Firefox|FxiOS)\//, "Firefox"],
  [/\b(HeadlessChrome|Chromium|Chrome|CriOS)\//, "Chrome"],
  [/\bSafari\//, "Safari"],
  [/^curl\//, "curl"],
  [/^(node|undici)\b/i, "Node.js"],
];

const systems: [RegExp, string][] = [
  [/\biPhone\b/, "iPhone"],
  [/\biPad\b/, "iPad"],
  [/\bAndroid\b/, "Android"],
  [/\bWindows\b/, "Windows"],
  [/\bMac OS X\b|\bMacintosh\b/, "macOS"],
  [/\bCrOS\b/, "ChromeOS"],
  [/\bLinux\b/, "Linux"],
];

const handheld = ["iPhone", "iPad", "Android"];

/** "Chrome on Windows", and the icon for it. */
export function describeAgent(agent: string | undefined) {
  const browser = find(browsers, agent);
  const system = find(systems, agent);
  const name = browser && system ? `${browser} on ${system}` : (browser ?? system ?? "Unknown device");
  return { name, kind: kindOf(browser, system) };
}

function kindOf(browser: string | undefined, system: string | undefined) {
  if (system !== undefined && handheld.includes(system)) {
    return "phone" as const;
  }
  return browser === "curl" || browser === "Node.js" ? ("script" as const) : ("computer" as const);
}

function find(known: [RegExp, string][], agent = "") {
  return known.find(([pattern]) => pattern.test(agent))?.[1];
}
