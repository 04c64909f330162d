/**
 * The noun glosses of WordNet 3.1 as a public text-classification task, for demonstrations and
 * measurements. Never a site's data.
 */
@NullMarked
package io.tributary.training.data.wordnet;

import org.jspecify.annotations.NullMarked;
