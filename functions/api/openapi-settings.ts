import { maxDomainsPerOrganization } from "@muster/core/domain/limits.ts";
import { maxSecretsPerOrganization } from "@muster/core/secret/limits.ts";
import type { OperationText } from "./openapi-text-shape.ts";

/** The operations on settings, domains and API keys, by the `operationId`. */
export const settingTexts: Record<string, OperationText> = {
  getRollout: {
    summary: "Get the rollout",
    description: "The change that reaches devices in waves, and how far it has come. Empty if none does.",
  },
  previewRollout: {
    summary: "Preview the waves of a rollout",
    description:
      "How many devices each wave would have. A share is of the devices that are chosen for the next revision: another change before it chooses others. In an organization with very many devices, only some are counted.",
  },
  pauseRollout: { summary: "Pause the rollout", description: "No further wave begins until you resume it." },
  resumeRollout: {
    summary: "Resume the rollout",
    description:
      "One that was paused, or has halted. Its wave has all its time again, and as many devices may refuse the change as do already.",
  },
  finishRollout: { summary: "Release the change to everybody", description: "The rollout ends." },
  rollBackRollout: {
    summary: "Roll back the change",
    description:
      "Gives everything that the rollout changed its former value, as a new revision for everybody. The rollout ends.",
  },
  getGeneralSettings: {
    summary: "Get the general settings",
    description: "Name, contact, address, and single sign-on.",
  },
  updateGeneralSettings: {
    summary: "Update the general settings",
    description:
      "Fields that you leave out keep their values; `null` removes one. A change of `singleSignOn` requires a confirmed identity.",
  },

  getSettingsCatalog: {
    summary: "Get the catalog of the settings",
    description: "The models and applications that settings may name, in the operator's order.",
  },
  getSettings: {
    summary: "Get the settings",
    description: "What the organization sets and locks. Where it sets nothing, the operator and the presets decide.",
  },
  getDeniedWebsites: { summary: "Get all denied websites", description: "As the organization lists them, by name." },
  updateSettings: {
    summary: "Update the settings",
    description:
      "Saves all changes as one revision. Settings that you leave out keep their values; `null` leaves a setting to the layers above.",
  },
  previewSettings: {
    summary: "Preview a change of the settings",
    description:
      "For how many members a value would change, and what else would follow. The change is one of the organization's settings, back to a revision with `to`, or by a settings file with `document`. Nothing is saved; a change that would be refused is refused here.",
  },
  previewTeamSettings: {
    summary: "Preview a change of a team's settings",
    description:
      "For how many members a value would change if the team overrode the settings in another way. Nothing is saved; a change that would be refused is refused here.",
  },
  exportSettings: {
    summary: "Export the settings",
    description: "A YAML file with what each setting does. Imported as it is, it changes nothing.",
  },
  importSettings: {
    summary: "Import the settings",
    description:
      "Saves a settings file as one revision. A section or a team that is not in the file stays; a setting that its section leaves out is left to the layers above, and a field that `general` leaves out is removed. Teams go by their names. A change of single sign-on requires a confirmed identity. With `isCheck` it returns what would change, and saves nothing.",
  },
  getEffectiveSettings: {
    summary: "Get the settings of a member",
    description:
      "The value of each setting for a member, where it comes from, and what each layer says, from top to bottom. Without `account`, yours. For a list of more than 100 entries, only its length is returned, unless `lists` is `full`.",
  },
  getOwnSettings: {
    summary: "Get your own settings",
    description: "What you chose for yourself, whether or not a layer above locks it.",
  },
  updateOwnSettings: {
    summary: "Update your own settings",
    description: "Saves what you chose. A choice has no effect while a layer above locks its setting.",
  },
  listSettingsRevisions: { summary: "List revisions of the settings", description: "Newest first." },
  restoreSettings: {
    summary: "Restore the settings",
    description:
      "Gives the settings the values of an earlier revision, as a new revision: those of the organization, the general settings except the name, and the overrides of the teams that still exist. A change of single sign-on requires a confirmed identity.",
  },
  getTeamSettings: { summary: "Get the settings of a team", description: "What the team overrides." },
  updateTeamSettings: {
    summary: "Update the settings of a team",
    description: "What is not open to teams is saved, and has no effect until the organization opens it.",
  },

  // Domains
  listDomains: { summary: "List domains", description: "By name, with the DNS record that verifies each." },
  addDomain: {
    summary: "Add a domain",
    description: `It waits until its DNS record is found. Public email providers are refused. An organization has up to ${maxDomainsPerOrganization}.`,
  },
  getDomain: { summary: "Get a domain" },
  updateDomain: {
    summary: "Change how people join by a domain",
    description: "The domain must be verified. Only owners can do this.",
  },
  removeDomain: {
    summary: "Remove a domain",
    description: "Nobody joins by it anymore, and another organization can verify it. Members stay.",
  },
  checkDomain: {
    summary: "Check the DNS record of a domain",
    description:
      "Asks the name servers now and returns the domain as it is afterwards. The first organization whose record is found has the domain verified.",
  },
  listJoinableOrganizations: {
    summary: "List organizations that you can join",
    description:
      "The organization that has verified the domain of your email address, if it lets you join. At most one, so in no order.",
  },
  joinOrganization: {
    summary: "Join an organization by your email address",
    description: "You become a member with the role that its owners have set, and take a seat.",
  },

  // API keys
  listSecrets: { summary: "List stored API keys", description: "Oldest first, without the keys themselves." },
  createSecret: {
    summary: "Store an API key",
    description: `It is never shown again. Linked devices of members who may use it get it. An organization has up to ${maxSecretsPerOrganization}.`,
  },
  getSecret: { summary: "Get a stored API key", description: "Without the key itself." },
  updateSecret: {
    summary: "Update a stored API key",
    description:
      "Renames, enables, disables, or restricts to teams; `null` lets every member use it. The key itself is replaced by `replaceSecret`.",
  },
  deleteSecret: {
    summary: "Delete a stored API key",
    description: "It cannot be restored, and is gone from backups a day later.",
  },
  checkSecret: {
    summary: "Check an API key",
    description:
      "Asks the provider, with one harmless request, whether it accepts the key. The answer comes later: `check` of the key is `pending` until then. Limited per key and per organization.",
  },
  replaceSecret: {
    summary: "Replace a stored API key",
    description:
      "Replaces the key and all of its fields. The previous version stays stored, sealed, until the next replacement.",
  },
};
