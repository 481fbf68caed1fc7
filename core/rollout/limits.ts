/** Waves before the one with everybody. */
export const maxWaves = 5;
/** Teams that the waves of a rollout name together. */
export const maxTeams = 10;
export const maxSilenceHours = 720;
/** Characters of the names of the settings that one rollout changes. They are on a row that every request reads. */
export const maxFieldsLength = 1_500;
/** Seconds from a receipt to a check of its rollout: receipts of this time are checked together. */
export const receiptSeconds = 3;
/** Devices for each second that must be between two checks of a rollout. A check reads all devices. */
export const devicesPerSecond = 1_000;
/** Pages of a megabyte of devices that a preview reads: some 60,000 devices. */
export const previewPages = 64;
