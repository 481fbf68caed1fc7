import type { DeviceStatus, OrganizationDevice } from "#lib/organization-devices.ts";
import type { Tone } from "#ui/badge.tsx";

type StatusText = {
  label: string;
  /** The meaning for one device. */
  sentence: string;
  tone: Tone;
  /** Its color in the bar, which never stands alone. */
  mark: string;
};

export const statusText: Record<DeviceStatus, StatusText> = {
  in_force: {
    label: "In force",
    sentence: "All current settings are in force on this device.",
    tone: "success",
    mark: "bg-success",
  },
  waiting: {
    label: "Waiting for its wave",
    sentence: "Everything is in force except a rollout that has not reached this device yet.",
    tone: "accent",
    mark: "bg-accent",
  },
  behind: {
    label: "Behind",
    sentence: "This device was in contact, and has not reported the current settings as in force yet.",
    tone: "warning",
    mark: "bg-warning",
  },
  refused: {
    label: "Refused",
    sentence: "This device refuses something of the current settings. The reason is below.",
    tone: "danger",
    mark: "bg-danger",
  },
  unreachable: {
    label: "Unreachable",
    sentence: "This device is behind, and was not in contact for three days. It follows when it is online again.",
    tone: "neutral",
    mark: "bg-control",
  },
  expired: {
    label: "Expired",
    sentence:
      "This device was not in contact for 90 days, so its link has ended. If it is gone, revoke it: its departure lists the API keys that it has.",
    tone: "neutral",
    mark: "bg-fg-3",
  },
  wiping: {
    label: "Wipe not confirmed",
    sentence: "This device has to remove everything that it got. It has not confirmed that.",
    tone: "warning",
    mark: "bg-person-amber",
  },
  wiped: {
    label: "Wiped",
    sentence: "This device has confirmed that it removed everything that it got.",
    tone: "neutral",
    mark: "bg-border-strong",
  },
};

type CodeText = { label: string; advice: string };

/** The reasons for which devices refuse a setting, and advice for an admin. */
const codeText: Record<string, CodeText> = {
  unknown_key: {
    label: "The client does not know this setting",
    advice: "Update the client on these devices. To keep older versions from being used, raise the minimum version.",
  },
  needs_restart: {
    label: "The client must be restarted",
    advice: "Ask the members to restart the client. It takes effect then, and the device reports it.",
  },
  blocked_by_system: {
    label: "The operating system blocks it",
    advice: "Check what your device management allows the client on these devices, and its permissions there.",
  },
  version_too_old: {
    label: "The client is too old",
    advice: "Update the client on these devices, or lower the minimum version under Settings → Features.",
  },
  invalid_document: {
    label: "The document was not accepted",
    advice:
      "The device keeps its last good settings. Check the clock of the device and its connection; if it goes on, link it again.",
  },
  other: {
    label: "Another reason",
    advice: "Read what the device says, and look at its log.",
  },
};

export const codeTextOf = (code: string | undefined): CodeText =>
  codeText[code ?? "other"] ?? { label: code ?? "", advice: "Read what the device says, and look at its log." };

export const stateText: Record<string, string> = {
  fetched: "Fetched",
  applied: "Applied",
  enforced: "In force",
  refused: "Refused",
  wiped: "Wiped",
  unknown: "Unknown",
};

export const sectionText: Record<string, string> = {
  features: "Features",
  models: "Models",
  sources: "LTM Sources",
  websites: "LTM Websites",
  device: "Whole document",
  unknown: "Unknown",
};

export const wipeText: Record<NonNullable<OrganizationDevice["wipe"]>["reason"], string> = {
  removed: "Its member was removed.",
  left: "Its member left.",
  revoked: "It was revoked.",
  deleted: "The organization was deleted.",
  token_reused: "Its token was used by someone else.",
};
