import type { Platform } from "@muster/core/device/shape.ts";

/** What a device runs on, as its maker writes it. */
export const platformNames: Record<Platform, string> = {
  macos: "macOS",
  windows: "Windows",
  linux: "Linux",
  other: "Another system",
};
