export const pageSize = 20;
/** Departures that an API key names. */
export const maxNamed = 20;
