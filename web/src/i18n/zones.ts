// Names of zones as people say them: the city. `Intl` gives cities only in some languages, so those of our countries are in the catalogue.
import { useLang, useT, type MessageKey } from './index'

/** `+5`, `+5:30`, `−3`: the offset of a zone at an instant. */
export function offsetOf(zone: string, at: string | Date): string {
  const name = new Intl.DateTimeFormat('en', { timeZone: zone, timeZoneName: 'shortOffset' }).formatToParts(new Date(at)).find((part) => part.type === 'timeZoneName')?.value ?? 'GMT'
  return (name.replace('GMT', '') || '+0').replace('-', '−')
}

const known = {
  'Europe/Kaliningrad': 'zones.kaliningrad', 'Europe/Moscow': 'zones.moscow', 'Europe/Samara': 'zones.samara', 'Europe/Saratov': 'zones.saratov',
  'Europe/Volgograd': 'zones.volgograd', 'Europe/Astrakhan': 'zones.astrakhan', 'Europe/Ulyanovsk': 'zones.ulyanovsk', 'Europe/Kirov': 'zones.kirov',
  'Europe/Simferopol': 'zones.simferopol', 'Asia/Yekaterinburg': 'zones.yekaterinburg', 'Asia/Omsk': 'zones.omsk', 'Asia/Novosibirsk': 'zones.novosibirsk', 'Asia/Barnaul': 'zones.barnaul',
  'Asia/Tomsk': 'zones.tomsk', 'Asia/Novokuznetsk': 'zones.novokuznetsk', 'Asia/Krasnoyarsk': 'zones.krasnoyarsk', 'Asia/Irkutsk': 'zones.irkutsk',
  'Asia/Chita': 'zones.chita', 'Asia/Yakutsk': 'zones.yakutsk', 'Asia/Vladivostok': 'zones.vladivostok', 'Asia/Magadan': 'zones.magadan',
  'Asia/Sakhalin': 'zones.sakhalin', 'Asia/Kamchatka': 'zones.kamchatka', 'Asia/Almaty': 'zones.almaty', 'Asia/Qyzylorda': 'zones.qyzylorda',
  'Asia/Qostanay': 'zones.qostanay', 'Asia/Aqtobe': 'zones.aqtobe', 'Asia/Aqtau': 'zones.aqtau', 'Asia/Atyrau': 'zones.atyrau', 'Asia/Oral': 'zones.oral',
  'Asia/Tashkent': 'zones.tashkent', 'Asia/Bishkek': 'zones.bishkek', 'Asia/Tbilisi': 'zones.tbilisi', 'Asia/Yerevan': 'zones.yerevan', 'Asia/Dubai': 'zones.dubai',
  'Europe/Minsk': 'zones.minsk', 'Europe/Istanbul': 'zones.istanbul', 'Europe/Berlin': 'zones.berlin', 'Europe/London': 'zones.london',
} as const satisfies Record<string, MessageKey>

/** Zones a person is first offered to choose from. */
export const commonZones = Object.keys(known) as (keyof typeof known)[]

/** `useZoneName()('Asia/Almaty', at)` → «Алматы»; a zone we have no word for is told by its offset. */
export function useZoneName(): (zone: string, at: string | Date) => string {
  const t = useT()
  useLang()
  return (zone, at) => (Object.hasOwn(known, zone) ? t(known[zone as keyof typeof known]) : t('zones.byOffset', { offset: offsetOf(zone, at) }))
}
