import type { Platform } from "../shape.ts";

// Apart from what is read of a device, so that what only names a platform stays small.

/** The names of platforms, as their makers write them. */
export const platformNames: Record<Platform, string> = {
  macos: "macOS",
  windows: "Windows",
  linux: "Linux",
  other: "Another system",
};
