import type { JoinMode } from "@muster/core/domain/shape.ts";

/** How people with an address of a verified domain become members. */
export const joinText: Record<JoinMode, { label: string; meaning: string }> = {
  off: { label: "Off", meaning: "People join by invitation only." },
  suggest: { label: "Suggest", meaning: "People with an address of this domain see the organization and can join it." },
  automatic: { label: "Automatic", meaning: "They also join when they sign in, if there is a seat." },
};

export const joinLabel = (mode: JoinMode | "unknown") => (mode === "unknown" ? mode : joinText[mode].label);
