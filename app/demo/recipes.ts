/** What a recipe can be filtered by. */
export const TAGS = ['vegetarian', 'quick', 'family', 'one pot'] as const
export type Tag = (typeof TAGS)[number]

/** The dish of the illustration; the colours are those of the plate and its background. */
export type DishArt = { kind: 'bowl' | 'plate' | 'pan'; background: string; base: string; accents: readonly string[] }

export type Recipe = {
  id: string
  title: string
  summary: string
  minutes: number
  servings: number
  tags: readonly Tag[]
  art: DishArt
  ingredients: readonly string[]
  steps: readonly string[]
}

/** The recipes of the demo site, in the order of its list. They are content; nothing here is analytics data. */
export const RECIPES: readonly Recipe[] = [
  {
    id: 'lemon-chickpea-orzo',
    title: 'Lemon chickpea orzo',
    summary: 'A bright, brothy pan of orzo with crisp chickpeas, spinach and plenty of lemon.',
    minutes: 25,
    servings: 4,
    tags: ['vegetarian', 'quick', 'one pot'],
    art: { kind: 'bowl', background: '#fde68a', base: '#fef9c3', accents: ['#65a30d', '#ca8a04', '#84cc16'] },
    ingredients: [
      '300 g orzo',
      '2 tins chickpeas',
      '200 g spinach',
      '2 lemons',
      '1 l vegetable stock',
      '3 cloves garlic',
    ],
    steps: [
      'Fry the chickpeas in olive oil until they crackle, then lift half of them out.',
      'Add the garlic and the orzo, stir for a minute, and pour in the stock.',
      'Simmer for nine minutes, stirring now and then, until the orzo is just soft.',
      'Fold in the spinach, the zest and the juice; finish with the crisp chickpeas.',
    ],
  },
  {
    id: 'miso-aubergine-rice',
    title: 'Miso aubergine on rice',
    summary: 'Sticky roasted aubergine with sesame and spring onion over hot short-grain rice.',
    minutes: 40,
    servings: 2,
    tags: ['vegetarian'],
    art: { kind: 'bowl', background: '#ddd6fe', base: '#faf5ff', accents: ['#6b21a8', '#a855f7', '#16a34a'] },
    ingredients: ['2 aubergines', '3 tbsp white miso', '1 tbsp honey', '250 g rice', '4 spring onions', 'sesame seeds'],
    steps: [
      'Halve and score the aubergines, brush with oil, and roast at 220 °C for 20 minutes.',
      'Mix the miso, honey and a splash of water; spread it over the cut sides.',
      'Roast for ten more minutes until dark at the edges.',
      'Serve on the rice with spring onions and sesame.',
    ],
  },
  {
    id: 'salmon-tray-bake',
    title: 'Salmon and potato tray bake',
    summary: 'New potatoes, green beans and salmon on one tray, with a mustard and dill dressing.',
    minutes: 45,
    servings: 4,
    tags: ['family', 'one pot'],
    art: { kind: 'plate', background: '#fecdd3', base: '#fff1f2', accents: ['#fb7185', '#22c55e', '#facc15'] },
    ingredients: ['4 salmon fillets', '800 g new potatoes', '300 g green beans', '2 tbsp mustard', '1 bunch dill'],
    steps: [
      'Halve the potatoes, oil and salt them, and roast at 210 °C for 25 minutes.',
      'Add the beans and the salmon; roast for 12 minutes more.',
      'Whisk mustard, dill, oil and a little vinegar, and spoon it over the tray.',
    ],
  },
  {
    id: 'red-lentil-dal',
    title: 'Red lentil dal',
    summary: 'Soft lentils with tomato and ginger, finished with mustard seeds in hot butter.',
    minutes: 30,
    servings: 4,
    tags: ['vegetarian', 'one pot', 'family'],
    art: { kind: 'bowl', background: '#fed7aa', base: '#fdba74', accents: ['#ea580c', '#16a34a', '#fef3c7'] },
    ingredients: [
      '300 g red lentils',
      '1 tin tomatoes',
      '1 thumb ginger',
      '2 tsp mustard seeds',
      '1 tsp turmeric',
      '50 g butter',
    ],
    steps: [
      'Rinse the lentils and simmer them with turmeric and ginger for 15 minutes.',
      'Stir in the tomatoes and cook for ten minutes more.',
      'Heat the butter until it smells of nuts, let the seeds pop in it, and pour it over.',
    ],
  },
  {
    id: 'chicken-shawarma-flatbread',
    title: 'Chicken shawarma flatbreads',
    summary: 'Spiced chicken thighs, quick pickled onion and garlic yoghurt in warm flatbread.',
    minutes: 35,
    servings: 4,
    tags: ['family'],
    art: { kind: 'plate', background: '#fbcfe8', base: '#fef3c7', accents: ['#b45309', '#db2777', '#65a30d'] },
    ingredients: [
      '600 g chicken thighs',
      '2 tsp cumin',
      '2 tsp paprika',
      '1 red onion',
      '200 g yoghurt',
      '4 flatbreads',
    ],
    steps: [
      'Coat the chicken with the spices, salt and oil.',
      'Slice the onion thinly and cover it with vinegar and a pinch of sugar.',
      'Fry the chicken for six minutes a side, rest it, and slice it.',
      'Pile onto warm flatbread with the onion and the yoghurt.',
    ],
  },
  {
    id: 'pea-mint-pasta',
    title: 'Pea and mint pasta',
    summary: 'Fifteen minutes from cupboard to table: peas, mint, ricotta and black pepper.',
    minutes: 15,
    servings: 2,
    tags: ['vegetarian', 'quick', 'family'],
    art: { kind: 'bowl', background: '#bbf7d0', base: '#f0fdf4', accents: ['#22c55e', '#15803d', '#fefce8'] },
    ingredients: ['200 g pasta', '250 g frozen peas', '150 g ricotta', '1 bunch mint', '1 lemon'],
    steps: [
      'Boil the pasta; add the peas for the last two minutes.',
      'Keep a cup of the water and drain the rest.',
      'Stir the ricotta with the water, the mint and the zest, and fold everything together.',
    ],
  },
  {
    id: 'shakshuka',
    title: 'Shakshuka with feta',
    summary: 'Eggs poached in a pan of peppers and tomato, with feta and coriander on top.',
    minutes: 25,
    servings: 2,
    tags: ['vegetarian', 'quick', 'one pot'],
    art: { kind: 'pan', background: '#fecaca', base: '#dc2626', accents: ['#fef9c3', '#f59e0b', '#16a34a'] },
    ingredients: ['4 eggs', '2 peppers', '2 tins tomatoes', '100 g feta', '1 onion', '1 tsp cumin'],
    steps: [
      'Soften the onion and the peppers with the cumin for ten minutes.',
      'Add the tomatoes and let them thicken.',
      'Make four wells, break in the eggs, cover, and cook for five minutes; crumble over the feta.',
    ],
  },
  {
    id: 'beef-noodle-stir-fry',
    title: 'Beef and broccoli noodles',
    summary: 'A fast stir-fry with ginger, soy and a lot of broccoli.',
    minutes: 20,
    servings: 3,
    tags: ['quick', 'one pot'],
    art: { kind: 'pan', background: '#bfdbfe', base: '#1f2937', accents: ['#fcd34d', '#16a34a', '#92400e'] },
    ingredients: ['300 g beef strips', '1 broccoli', '250 g egg noodles', '3 tbsp soy sauce', '1 thumb ginger'],
    steps: [
      'Cook the noodles and rinse them cold.',
      'Sear the beef in a very hot pan, and lift it out.',
      'Fry the broccoli and ginger, add noodles, beef and soy, and toss for a minute.',
    ],
  },
  {
    id: 'mushroom-barley-soup',
    title: 'Mushroom and barley soup',
    summary: 'Deep and warming; better on the second day, so it makes plenty.',
    minutes: 60,
    servings: 6,
    tags: ['vegetarian', 'one pot', 'family'],
    art: { kind: 'bowl', background: '#e7e5e4', base: '#a8a29e', accents: ['#78350f', '#f5f5f4', '#4d7c0f'] },
    ingredients: ['500 g mushrooms', '200 g pearl barley', '2 carrots', '2 sticks celery', '1.5 l stock', 'thyme'],
    steps: [
      'Brown the mushrooms in two batches so that they fry and do not steam.',
      'Soften the vegetables, add barley, stock and thyme.',
      'Simmer for 40 minutes, and return the mushrooms for the last five.',
    ],
  },
]

/** The recipe with this id, or undefined when there is none. */
export function findRecipe(id: string): Recipe | undefined {
  return RECIPES.find((recipe) => recipe.id === id)
}
