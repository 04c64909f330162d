/** BERT and its relatives, with passes written by hand. */
@NullMarked
package io.tributary.training.model.bert;

import org.jspecify.annotations.NullMarked;
