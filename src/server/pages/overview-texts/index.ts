import type {Language} from '../texts.js'
import {en} from './en.js'
import {es} from './es.js'
import {pt} from './pt.js'
import type {OverviewTexts} from './types.js'

export type {OverviewTexts} from './types.js'

export const overviewTexts: Readonly<Record<Language, OverviewTexts>> = {es, pt, en}
