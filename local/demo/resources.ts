import type { Resources } from "@muster/core/resource/shape.ts";

const resources: Resources = {
  downloadUrl: "https://example.com/download",
  launchUrl: "https://example.com/open",
  supportUrl: "https://example.com/support",
  items: [
    { title: "Documentation", url: "https://example.com/docs", description: "How the desktop client works." },
    { title: "Tips", url: "https://example.com/tips", description: "Small things that save time every day." },
    { title: "Status", url: "https://example.com/status", description: "Whether everything is available right now." },
  ],
};

/** Offers that in a local run, unless its operator offers something else. */
export function offerResources(environment: NodeJS.ProcessEnv): void {
  environment.MUSTER_RESOURCES ??= JSON.stringify(resources);
}
