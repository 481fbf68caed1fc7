/**
 * States and provinces of countries whose addresses name one, by the country's code. The names are those of ISO 3166-2
 * (Debian's iso-codes), India's without diacritics, and with the postal regions of the US armed forces.
 */
const names: Readonly<Record<string, string>> = {
  AR:
    "Buenos Aires, Catamarca, Chaco, Chubut, Ciudad Autónoma de Buenos Aires, Corrientes, Córdoba, Entre Ríos, " +
    "Formosa, Jujuy, La Pampa, La Rioja, Mendoza, Misiones, Neuquén, Río Negro, Salta, San Juan, San Luis, Santa " +
    "Cruz, Santa Fe, Santiago del Estero, Tierra del Fuego, Tucumán",
  AU:
    "Australian Capital Territory, New South Wales, Northern Territory, Queensland, South Australia, Tasmania, " +
    "Victoria, Western Australia",
  BR:
    "Acre, Alagoas, Amapá, Amazonas, Bahia, Ceará, Distrito Federal, Espírito Santo, Goiás, Maranhão, Mato " +
    "Grosso, Mato Grosso do Sul, Minas Gerais, Paraíba, Paraná, Pará, Pernambuco, Piauí, Rio Grande do Norte, Rio " +
    "Grande do Sul, Rio de Janeiro, Rondônia, Roraima, Santa Catarina, São Paulo, Sergipe, Tocantins",
  CA:
    "Alberta, British Columbia, Manitoba, New Brunswick, Newfoundland and Labrador, Northwest Territories, Nova " +
    "Scotia, Nunavut, Ontario, Prince Edward Island, Quebec, Saskatchewan, Yukon",
  IN:
    "Andaman and Nicobar Islands, Andhra Pradesh, Arunachal Pradesh, Assam, Bihar, Chandigarh, Chhattisgarh, " +
    "Dadra and Nagar Haveli and Daman and Diu, Delhi, Goa, Gujarat, Haryana, Himachal Pradesh, Jammu and Kashmir, " +
    "Jharkhand, Karnataka, Kerala, Ladakh, Lakshadweep, Madhya Pradesh, Maharashtra, Manipur, Meghalaya, Mizoram, " +
    "Nagaland, Odisha, Puducherry, Punjab, Rajasthan, Sikkim, Tamil Nadu, Telangana, Tripura, Uttar Pradesh, " +
    "Uttarakhand, West Bengal",
  JP:
    "Aichi, Akita, Aomori, Chiba, Ehime, Fukui, Fukuoka, Fukushima, Gifu, Gunma, Hiroshima, Hokkaido, Hyogo, " +
    "Ibaraki, Ishikawa, Iwate, Kagawa, Kagoshima, Kanagawa, Kochi, Kumamoto, Kyoto, Mie, Miyagi, Miyazaki, " +
    "Nagano, Nagasaki, Nara, Niigata, Oita, Okayama, Okinawa, Osaka, Saga, Saitama, Shiga, Shimane, Shizuoka, " +
    "Tochigi, Tokushima, Tokyo, Tottori, Toyama, Wakayama, Yamagata, Yamaguchi, Yamanashi",
  MX:
    "Aguascalientes, Baja California, Baja California Sur, Campeche, Chiapas, Chihuahua, Ciudad de México, " +
    "Coahuila de Zaragoza, Colima, Durango, Guanajuato, Guerrero, Hidalgo, Jalisco, México, Michoacán de Ocampo, " +
    "Morelos, Nayarit, Nuevo León, Oaxaca, Puebla, Querétaro, Quintana Roo, San Luis Potosí, Sinaloa, Sonora, " +
    "Tabasco, Tamaulipas, Tlaxcala, Veracruz de Ignacio de la Llave, Yucatán, Zacatecas",
  MY:
    "Johor, Kedah, Kelantan, Melaka, Negeri Sembilan, Pahang, Perak, Perlis, Pulau Pinang, Sabah, Sarawak, " +
    "Selangor, Terengganu, Wilayah Persekutuan Kuala Lumpur, Wilayah Persekutuan Labuan, Wilayah Persekutuan " +
    "Putrajaya",
  US:
    "Alabama, Alaska, American Samoa, Arizona, Arkansas, Armed Forces Americas, Armed Forces Europe, Armed Forces " +
    "Pacific, California, Colorado, Connecticut, Delaware, District of Columbia, Florida, Georgia, Guam, Hawaii, " +
    "Idaho, Illinois, Indiana, Iowa, Kansas, Kentucky, Louisiana, Maine, Maryland, Massachusetts, Michigan, " +
    "Minnesota, Mississippi, Missouri, Montana, Nebraska, Nevada, New Hampshire, New Jersey, New Mexico, New " +
    "York, North Carolina, North Dakota, Northern Mariana Islands, Ohio, Oklahoma, Oregon, Pennsylvania, Puerto " +
    "Rico, Rhode Island, South Carolina, South Dakota, Tennessee, Texas, U.S. Virgin Islands, Utah, Vermont, " +
    "Virginia, Washington, West Virginia, Wisconsin, Wyoming",
};

/** The states of a country, in order; nothing for a country whose addresses name none. */
export function statesOf(country: string): string[] | undefined {
  if (!Object.hasOwn(names, country)) return undefined;
  return (names[country] ?? "").split(", ").toSorted((one, other) => one.localeCompare(other, "en"));
}
