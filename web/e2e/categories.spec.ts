// The catalogue editor makes a new field of specialists: three languages, questions, topics; publishes it; it can be put into a contract; archives it.
import type { Page } from '@playwright/test'
import { checkAxe, checkAxeEverywhere, checkFits, checkTree, expect, langs, open, screens, test, themes } from './harness'
import { ask, enterAs, visitor } from './people'

interface Category {
  id: string
  slug: string
  status: string
  version: number
  name: Record<string, string>
  summary: Record<string, string>
  questionnaire: { kind: string; options: unknown[] }[]
  topics: { name: Record<string, string>; is_archived: boolean }[]
}

const is = (capability: string) => (person: { kind: string; capabilities: string[] }) => person.kind === 'staff' && person.capabilities.includes(capability)
const list = async (page: Page): Promise<Category[]> => (await ask<{ categories: Category[] }>(page, 'GET', '/api/operator/categories')).categories

/** Fills a text in three languages. */
async function say(within: Page | ReturnType<Page['getByRole']>, group: string, texts: { ru?: string; kk?: string; en?: string }): Promise<void> {
  const field = within.getByRole('group', { name: group, exact: true })
  if (texts.ru !== undefined) await field.getByLabel('Русский').fill(texts.ru)
  if (texts.kk !== undefined) await field.getByLabel('Қазақша').fill(texts.kk)
  if (texts.en !== undefined) await field.getByLabel('English').fill(texts.en)
}

/** A category of an earlier run, or a fresh one, which may be changed at will. */
async function draft(page: Page): Promise<Category> {
  const before = (await list(page)).find((one) => one.slug === 'e2e-draft')
  return before ?? ask<Category>(page, 'POST', '/api/operator/categories', {
    slug: 'e2e-draft',
    category: {
      name: { ru: 'Проба', kk: '', en: '' }, summary: { ru: 'Для проверки экранов.', kk: '', en: '' }, icon: 'other', session_lengths_min: [50], interval_min: 30,
      formats: ['video'], notes_clinical: false, consent_purposes: ['personal_data'], questionnaire: [], buffer_policy: 'shared', alignment: 'window_start',
      cancel_free_hours: 24, position: 1000,
    },
  })
}

test.describe('a new field of specialists', () => {
  // The server refuses what is wrong on purpose here.
  test.use({ allowedErrors: /status of 4(09|22)/ })

  test('is made, published, put into a contract, and archived', async ({ page, browser }) => {
    const mark = Date.now().toString(36)
    const name = `Юрист по наследству ${mark}`
    await enterAs(page, is('catalogue'))
    await open(page, '/desk/categories')
    await page.getByRole('link', { name: 'Новое направление' }).click()
    await expect(page.getByRole('heading', { level: 1, name: 'Новое направление' })).toBeVisible()

    // Nothing filled in: each field says what is wrong, and nothing is created.
    await page.getByRole('button', { name: 'Создать черновик' }).click()
    await expect(page.getByRole('main').getByRole('alert')).toContainText('Нужно исправить')
    await expect(page.getByRole('group', { name: 'Название', exact: true })).toContainText('Заполните это поле.')
    await expect(page.getByRole('textbox', { name: 'Имя в адресах' })).toHaveAccessibleDescription(/Только строчные латинские буквы/)

    await say(page, 'Название', { ru: name })
    await expect(page.getByRole('group', { name: 'Название', exact: true }).getByText('нет перевода')).toHaveCount(2)
    await say(page, 'Название', { en: `Inheritance lawyer ${mark}` })
    await expect(page.getByRole('textbox', { name: 'Имя в адресах' })).toHaveValue(`inheritance-lawyer-${mark}`)
    await say(page, 'Описание', { ru: 'Завещание, вступление в наследство, споры.', en: 'Wills, inheriting, disputes.' })
    await page.getByRole('radio', { name: 'Право' }).press('Space')
    await page.getByRole('button', { name: '30 минут', exact: true }).click()
    await page.getByRole('radiogroup', { name: 'Обычная' }).getByRole('radio', { name: '30 минут' }).press('Space')
    // The effect of the rule is shown, not only its name.
    await expect(page.getByText('Предложим: 9:10, 9:40, 10:10, 11:40, 12:10.')).toBeVisible()
    await page.getByRole('radio', { name: 'От начала свободного времени, ровно' }).press('Space')
    await expect(page.getByText('Предложим: 9:30, 10:00, 11:30, 12:00, 12:30.')).toBeVisible()

    // The first question is answered by one of two options, the second in one's own words; the second is then put first.
    await page.getByRole('button', { name: 'Добавить вопрос' }).click()
    const first = page.getByRole('region', { name: 'Вопрос 1' })
    await say(first, 'Текст вопроса', { ru: 'Есть ли завещание?', kk: 'Өсиет бар ма?', en: 'Is there a will?' })
    await say(first, 'Вариант 1', { ru: 'Да', kk: 'Иә', en: 'Yes' })
    await say(first, 'Вариант 2', { ru: 'Нет', en: 'No' })
    await page.getByRole('button', { name: 'Добавить вопрос' }).click()
    const second = page.getByRole('region', { name: 'Вопрос 2' })
    await second.getByRole('radio', { name: 'Своими словами' }).press('Space')
    await say(second, 'Текст вопроса', { ru: 'Что важно знать заранее?', kk: 'Алдын ала не білу керек?', en: 'What should be known beforehand?' })
    await page.getByRole('button', { name: 'Вопрос 2: выше, сейчас 2 из 2' }).click()
    // The focus goes with what was moved: there is no way further up, so it is on the way down.
    await expect(page.getByRole('button', { name: 'Вопрос 1: ниже, сейчас 1 из 2' })).toBeFocused()

    // A question speaks every language even in a draft: the missing option is named where it is.
    await page.getByRole('button', { name: 'Создать черновик' }).click()
    const option = page.getByRole('region', { name: 'Вопрос 2' }).getByRole('group', { name: 'Вариант 2' })
    await expect(option.getByLabel('Қазақша')).toHaveAttribute('aria-invalid', 'true')
    await say(page.getByRole('region', { name: 'Вопрос 2' }), 'Вариант 2', { kk: 'Жоқ' })
    await page.getByRole('button', { name: 'Создать черновик' }).click()

    // Topics: in every language at once.
    await expect(page.getByRole('tab', { name: 'Темы: 0' })).toHaveAttribute('aria-selected', 'true')
    await say(page, 'Тема', { ru: 'Завещание' })
    await page.getByRole('button', { name: 'Добавить тему' }).click()
    await expect(page.getByRole('main').getByRole('alert')).toContainText('Нужно исправить 2 поля')
    await say(page, 'Тема', { kk: 'Өсиет', en: 'A will' })
    await page.getByRole('button', { name: 'Добавить тему' }).click()
    const topics = page.getByRole('list', { name: 'Темы' })
    await expect(topics.getByText('Завещание', { exact: true })).toBeVisible()
    await say(page, 'Тема', { ru: 'Спор наследников', kk: 'Мұрагерлер дауы', en: 'Heirs in dispute' })
    await page.getByRole('button', { name: 'Добавить тему' }).click()
    await page.getByRole('button', { name: /^Спор наследников: выше/ }).click()
    await expect(topics.getByRole('listitem').first()).toContainText('Спор наследников')
    await page.getByRole('button', { name: 'Завещание: другие действия' }).click()
    await page.getByRole('menuitem', { name: 'Скрыть' }).click()
    await expect(topics.getByRole('listitem').filter({ hasText: 'Завещание' })).toContainText('скрыта')

    // Publishing waits for the translation, and says for which.
    await page.getByRole('tab', { name: 'Описание и правила' }).click()
    const state = page.getByRole('region', { name: 'Состояние' })
    await expect(state).toContainText('название: Қазақша')
    await expect(state.getByRole('button', { name: 'Опубликовать' })).toBeDisabled()
    await say(page, 'Название', { kk: `Мұрагерлік заңгері ${mark}` })
    await say(page, 'Описание', { kk: 'Өсиет, мұраға кіру, даулар.' })
    await page.getByRole('button', { name: 'Сохранить' }).click()
    await expect(state.getByRole('button', { name: 'Опубликовать' })).toBeEnabled()
    await state.getByRole('button', { name: 'Опубликовать' }).click()
    await page.getByRole('alertdialog', { name: 'Опубликовать направление?' }).getByRole('button', { name: 'Опубликовать' }).click()
    await expect(state).toContainText('Опубликовано')
    const made = (await list(page)).find((one) => one.slug === `inheritance-lawyer-${mark}`)
    expect(made?.questionnaire.map((question) => [question.kind, question.options.length])).toEqual([['text', 0], ['single', 2]])
    expect(made?.topics.map((topic) => [topic.name['ru'], topic.is_archived])).toEqual([['Спор наследников', false], ['Завещание', true]])

    // A company's contract may cover it now, and an employee is asked the very questions.
    const admin = await visitor(browser)
    await enterAs(admin.page, is('admin'))
    expect((await list(admin.page)).find((one) => one.id === made?.id)?.status).toBe('published')
    const employee = await visitor(browser)
    await enterAs(employee.page, (person) => person.kind === 'employee')
    const offered = async () => (await ask<{ items: Category[] }>(employee.page, 'GET', '/api/categories')).items.find((one) => one.id === made?.id)
    expect((await offered())?.questionnaire).toHaveLength(2)
    expect((await offered())?.topics).toHaveLength(1)

    await state.getByRole('button', { name: 'Убрать в архив' }).click()
    await expect(page.getByRole('alertdialog', { name: 'Убрать направление в архив?' })).toContainText('Уже назначенные консультации состоятся.')
    await page.getByRole('alertdialog', { name: 'Убрать направление в архив?' }).getByRole('button', { name: 'Убрать в архив' }).click()
    await expect(state).toContainText('Никому не предлагается')
    expect(await offered()).toBeUndefined()
    expect((await list(admin.page)).find((one) => one.id === made?.id)?.status).toBe('archived')
    await admin.context.close()
    await employee.context.close()
  })

  test('another editor’s change is not overwritten', async ({ page }) => {
    await enterAs(page, is('catalogue'))
    const { id } = await draft(page)
    await open(page, `/desk/categories/${id}`)
    await say(page, 'Описание', { ru: 'Мой текст.' })
    const now = (await list(page)).find((one) => one.id === id)
    if (!now) throw new Error('the draft is gone')
    const { version, ...category } = now
    await ask(page, 'PUT', `/api/operator/categories/${id}`, { version, category })
    await page.getByRole('button', { name: 'Сохранить' }).click()
    await expect(page.getByRole('main').getByRole('alert')).toContainText('другой человек сохранил свои изменения')
    await expect(page.getByRole('group', { name: 'Описание' }).getByLabel('Русский')).toHaveValue('Мой текст.')
    await page.getByRole('button', { name: 'Загрузить новое состояние' }).click()
    await expect(page.getByRole('group', { name: 'Описание' }).getByLabel('Русский')).toHaveValue(category.summary['ru'] ?? '')
  })
})

test('who only reads the catalogue changes nothing', async ({ page }) => {
  await enterAs(page, (person) => is('support')(person) && !is('admin')(person))
  const psychologist = (await list(page)).find((one) => one.slug === 'psychologist')
  await open(page, '/desk/categories')
  await expect(page.getByText('Менять направления может редактор каталога или администратор.')).toBeVisible()
  await expect(page.getByRole('link', { name: 'Новое направление' })).toHaveCount(0)
  await page.getByRole('link', { name: 'Психолог' }).click()
  await expect(page.getByRole('heading', { name: 'Так увидит сотрудник' })).toBeVisible()
  await expect(page.getByRole('main').getByRole('textbox')).toHaveCount(0)
  await open(page, '/desk/categories/new')
  await expect(page).toHaveURL(/\/desk\/categories$/)
  await checkAxeEverywhere(page, `/desk/categories/${psychologist?.id ?? ''}`)
})

test.describe('screens of the catalogue', () => {
  test.slow()

  test('are for everybody, in every language, at every width', async ({ page }) => {
    await enterAs(page, is('catalogue'))
    const { id } = await draft(page)
    await ask<Category>(page, 'POST', `/api/operator/categories/${id}/archive`)
    await checkAxeEverywhere(page, '/desk/categories')
    // The form is the same for a new category and for one that is there.
    for (const [address, name] of [[`/desk/categories/${id}`, 'category'], [`/desk/categories/${id}?part=topics`, 'category-topics'], ['/desk/categories/new', 'category-new']] as const) {
      for (const [n, lang] of langs.entries()) {
        await open(page, address, lang, themes[n % 2])
        await checkAxe(page, `${address} ${lang}`)
      }
      await open(page, address)
      if (name !== 'category-new') await checkTree(page, name, 'main')
      await checkFits(page)
      if (process.env['SCREENS'] !== undefined) await screens(page, name)
    }
    await open(page, '/desk/categories')
    await checkTree(page, 'categories', 'main')
    await checkFits(page)
  })
})
