import { type ReadEntry, readApplication, readModel, readProvider, readWebsite } from "./entry.ts";
import { allowList, choice, denyList, type Kind, model, toggle, version } from "./kind.ts";

/** The parts of the settings that are saved and versioned each by itself. The section `general` has no layers. */
export const sections = ["features", "models", "sources", "websites"] as const;
export type Section = (typeof sections)[number];

/** The tabs of the settings. A setting may stand on two of them. */
export type Tab = "features" | "models" | "sources" | "websites";

/** A setting: all that storage, API, forms and documents know of it. */
export type Field<T = unknown> = {
  kind: Kind<T>;
  /** The value that applies where no layer says anything. */
  preset: NoInfer<T>;
  label: string;
  /** One or two sentences for the admin who sets it. */
  help: string;
  /** The heading that it stands under. */
  group: string;
  tabs: readonly [Tab, ...Tab[]];
  /** True if members may choose for themselves, unless a layer above locks it. */
  isPersonal: boolean;
  /** Of a list: the setting that must be on for it to be in force. A member's own choice is in force anyway. */
  inForceWith?: "models.isRestricted" | "sources.isManaged" | "websites.isManaged";
  /** Of a list: how an entry is kept, or why a text is none. */
  readEntry?: (text: string) => ReadEntry;
  /** Of a list: how many entries an organization may list, if not `maxEntries`. */
  maxEntries?: number;
  /** Of a choice: what each of its words is called on screens. */
  choices?: Readonly<Record<string, string>>;
  /** Of a default model: what it must read. */
  modality?: "text" | "audio";
};

/** Entries of a list, unless its setting says another number. Teams and members may always list that many at most. */
export const maxEntries = 2_000;
export const maxDeniedWebsites = 50_000;

/**
 * Every setting that has layers, by its key `section.name`. To add one is to add an entry: storage, API, forms, API
 * document, history and the settings file follow from it.
 */
export const fields = {
  "features.externalCloud": field({
    kind: toggle(false),
    preset: true,
    label: "External cloud",
    help: "Whether clients may use services outside your organization’s own network.",
    group: "Cloud",
    tabs: ["features"],
    isPersonal: true,
  }),
  "features.telemetry": field({
    kind: toggle(false),
    preset: false,
    label: "Telemetry",
    help: "Whether clients may send usage data, without content.",
    group: "Analytics",
    tabs: ["features"],
    isPersonal: true,
  }),
  "features.internalSummaryReports": field({
    kind: toggle(false),
    preset: false,
    label: "Send internal summary reports",
    help: "Whether clients may send summaries of use to your organization’s admins.",
    group: "Analytics",
    tabs: ["features"],
    isPersonal: false,
  }),
  "features.processing": field({
    kind: toggle(false),
    preset: true,
    label: "Processing",
    help: "Whether clients may process what they capture.",
    group: "Processing",
    tabs: ["features"],
    isPersonal: true,
  }),
  "features.processingMode": field({
    kind: choice(["LOCAL", "BLENDED"]),
    preset: "BLENDED",
    label: "Processing mode",
    help: "Whether clients may process on the device only, or also with cloud models.",
    choices: { LOCAL: "On the device", BLENDED: "Device and cloud" },
    group: "Processing",
    tabs: ["features"],
    isPersonal: true,
  }),
  "features.minimumClientVersion": field({
    kind: version,
    preset: "0.0.0",
    label: "Minimum client version",
    help: "The oldest version that clients may have. 0.0.0 allows every version.",
    group: "Clients",
    tabs: ["features"],
    isPersonal: false,
  }),
  "features.offlineLimit": field({
    kind: choice(["1_DAY", "7_DAYS", "30_DAYS", "90_DAYS", "NO_LIMIT"]),
    preset: "NO_LIMIT",
    label: "Offline limit",
    help: "How long clients may go on without contact before “After the offline limit” applies.",
    choices: { "1_DAY": "1 day", "7_DAYS": "7 days", "30_DAYS": "30 days", "90_DAYS": "90 days", NO_LIMIT: "No limit" },
    group: "Clients",
    tabs: ["features"],
    isPersonal: false,
  }),
  "features.afterOfflineLimit": field({
    kind: choice(["STRICT", "KEEP"]),
    preset: "KEEP",
    label: "After the offline limit",
    help: "Whether clients that were offline for longer go on with the strictest value of every setting, or with their last settings.",
    choices: { STRICT: "Strictest values", KEEP: "Last settings" },
    group: "Clients",
    tabs: ["features"],
    isPersonal: false,
  }),
  "models.isRestricted": field({
    kind: toggle(true),
    preset: false,
    label: "Customized allowed models",
    help: "Members may use only the models that you allow. An empty list allows none.",
    group: "External provider",
    tabs: ["features", "models"],
    isPersonal: false,
  }),
  "models.providers": field({
    kind: allowList,
    preset: [],
    readEntry: readProvider,
    label: "Allowed providers",
    help: "A provider that is off has none of its models allowed.",
    group: "Allowed models",
    tabs: ["models"],
    isPersonal: false,
    inForceWith: "models.isRestricted",
  }),
  "models.allowed": field({
    kind: allowList,
    preset: [],
    readEntry: readModel,
    label: "Allowed models",
    help: "The models that members may use while allowed models are customized.",
    group: "Allowed models",
    tabs: ["models"],
    isPersonal: false,
    inForceWith: "models.isRestricted",
  }),
  "models.memoryEvents": defaultModel("text", "Memory event processing", "The model for processing memory events."),
  "models.memoryEventsFallback": defaultModel(
    "text",
    "Memory event processing: fallback",
    "For when the model for memory events is not available.",
  ),
  "models.summaries": defaultModel("text", "Auto-generated summaries", "The model for writing summaries."),
  "models.summariesFallback": defaultModel(
    "text",
    "Auto-generated summaries: fallback",
    "For when the model for summaries is not available.",
  ),
  "models.transcription": defaultModel("audio", "Audio transcription", "The model for transcribing audio."),
  "models.transcriptionFallback": defaultModel(
    "audio",
    "Audio transcription: fallback",
    "For when the model for transcription is not available.",
  ),
  "sources.isManaged": field({
    kind: toggle(true),
    preset: false,
    label: "Organization-managed sources",
    help: "Clients may not capture the applications that you block.",
    group: "External provider",
    tabs: ["features", "sources"],
    isPersonal: false,
  }),
  "sources.audioCapture": field({
    kind: toggle(false),
    preset: false,
    label: "Audio capture",
    help: "Whether clients may capture audio for long-term memory.",
    group: "Capture",
    tabs: ["sources"],
    isPersonal: true,
  }),
  "sources.blocked": field({
    kind: denyList,
    preset: [],
    readEntry: readApplication,
    label: "Blocked applications",
    help: "Applications that long-term memory may not capture.",
    group: "Applications",
    tabs: ["sources"],
    isPersonal: true,
    inForceWith: "sources.isManaged",
  }),
  "websites.isManaged": field({
    kind: toggle(true),
    preset: false,
    label: "Organization-managed denied websites",
    help: "Clients may not capture the websites that you deny.",
    group: "External provider",
    tabs: ["features", "websites"],
    isPersonal: false,
  }),
  "websites.denied": field({
    kind: denyList,
    preset: [],
    readEntry: (text) => readWebsite(text),
    maxEntries: maxDeniedWebsites,
    label: "Denied websites",
    help: "Websites that long-term memory may not capture.",
    group: "Websites",
    tabs: ["websites"],
    isPersonal: true,
    inForceWith: "websites.isManaged",
  }),
} as const satisfies Record<`${Section}.${string}`, unknown>;

export type FieldKey = keyof typeof fields;
/** The type of a setting's value. */
export type ValueOf<K extends FieldKey> = (typeof fields)[K] extends Field<infer T> ? T : never;
/** A value for every setting. */
export type Values = { [K in FieldKey]: ValueOf<K> };

export const fieldKeys = Object.keys(fields) as FieldKey[];
export const isFieldKey = (name: string): name is FieldKey => Object.hasOwn(fields, name);

/** Describes a setting and the words of its choices, for those who write them as they are stored. */
export function helpOf(key: FieldKey): string {
  const { help, choices = {} }: Pick<Field, "help" | "choices"> = fields[key];
  return [help, ...Object.entries(choices).map(([value, meaning]) => `\`${value}\`: ${meaning}.`)].join(" ");
}

/** The settings of one section, in the order of the form. */
export function keysOf(section: Section): FieldKey[] {
  return fieldKeys.filter((key) => sectionOf(key) === section);
}

/** The section that a setting is saved in. */
export function sectionOf(key: FieldKey): Section {
  return key.slice(0, key.indexOf(".")) as Section;
}

function field<T>(declared: Field<T>): Field<T> {
  return declared;
}

function defaultModel(modality: "text" | "audio", label: string, help: string): Field<string> {
  return {
    kind: model,
    preset: "none",
    modality,
    label,
    help,
    group: "Default models",
    tabs: ["models"],
    isPersonal: true,
  };
}
