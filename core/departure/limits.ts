export const pageSize = 20;
/** Departures that an API key names. */
export const maxNamed = 20;
/** Certificates that an organization may ask for. */
export const certificatesPerHour = 60;
