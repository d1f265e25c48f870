// Names of zones as people say them: the city. `Intl` gives cities only in some languages, so those of our countries are in the catalogue.
import { useLang, useT, type MessageKey } from './index'

/** `+5`, `+5:30`, `−3`: the offset of a zone at an instant. */
export function offsetOf(zone: string, at: string | Date): string {
  const name = new Intl.DateTimeFormat('en', { timeZone: zone, timeZoneName: 'shortOffset' }).formatToParts(new Date(at)).find((part) => part.type === 'timeZoneName')?.value ?? 'GMT'
  return (name.replace('GMT', '') || '+0').replace('-', '−')
}

const known = {
  'Europe/Kaliningrad': 'common.zone.kaliningrad', 'Europe/Moscow': 'common.zone.moscow', 'Europe/Samara': 'common.zone.samara', 'Europe/Saratov': 'common.zone.saratov',
  'Europe/Volgograd': 'common.zone.volgograd', 'Europe/Astrakhan': 'common.zone.astrakhan', 'Europe/Ulyanovsk': 'common.zone.ulyanovsk', 'Europe/Kirov': 'common.zone.kirov',
  'Europe/Simferopol': 'common.zone.simferopol', 'Asia/Yekaterinburg': 'common.zone.yekaterinburg', 'Asia/Omsk': 'common.zone.omsk', 'Asia/Novosibirsk': 'common.zone.novosibirsk', 'Asia/Barnaul': 'common.zone.barnaul',
  'Asia/Tomsk': 'common.zone.tomsk', 'Asia/Novokuznetsk': 'common.zone.novokuznetsk', 'Asia/Krasnoyarsk': 'common.zone.krasnoyarsk', 'Asia/Irkutsk': 'common.zone.irkutsk',
  'Asia/Chita': 'common.zone.chita', 'Asia/Yakutsk': 'common.zone.yakutsk', 'Asia/Vladivostok': 'common.zone.vladivostok', 'Asia/Magadan': 'common.zone.magadan',
  'Asia/Sakhalin': 'common.zone.sakhalin', 'Asia/Kamchatka': 'common.zone.kamchatka', 'Asia/Almaty': 'common.zone.almaty', 'Asia/Qyzylorda': 'common.zone.qyzylorda',
  'Asia/Qostanay': 'common.zone.qostanay', 'Asia/Aqtobe': 'common.zone.aqtobe', 'Asia/Aqtau': 'common.zone.aqtau', 'Asia/Atyrau': 'common.zone.atyrau', 'Asia/Oral': 'common.zone.oral',
  'Asia/Tashkent': 'common.zone.tashkent', 'Asia/Bishkek': 'common.zone.bishkek', 'Asia/Tbilisi': 'common.zone.tbilisi', 'Asia/Yerevan': 'common.zone.yerevan', 'Asia/Dubai': 'common.zone.dubai',
  'Europe/Minsk': 'common.zone.minsk', 'Europe/Istanbul': 'common.zone.istanbul', 'Europe/Berlin': 'common.zone.berlin', 'Europe/London': 'common.zone.london',
} as const satisfies Record<string, MessageKey>

/** Zones a person is first offered to choose from. */
export const commonZones = Object.keys(known) as (keyof typeof known)[]

/** `useZoneName()('Asia/Almaty', at)` → «Алматы»; a zone we have no word for is told by its offset. */
export function useZoneName(): (zone: string, at: string | Date) => string {
  const t = useT()
  useLang()
  return (zone, at) => (Object.hasOwn(known, zone) ? t(known[zone as keyof typeof known]) : t('common.zone.byOffset', { offset: offsetOf(zone, at) }))
}
