import { warningOf, type Diagnostic } from '../diag/index.ts'

export const badHistory = (file: string): Diagnostic =>
  warningOf(
    'report/bad-history',
    `${file} is not what azbuild bench --save writes, so the report has no history`,
    {
      span: { file },
      hint: 'restore it from your repository, or delete it and run azbuild bench --save',
    },
  )
