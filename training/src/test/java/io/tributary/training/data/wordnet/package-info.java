/** Tests of the reading of WordNet. */
@NullMarked
package io.tributary.training.data.wordnet;

import org.jspecify.annotations.NullMarked;
