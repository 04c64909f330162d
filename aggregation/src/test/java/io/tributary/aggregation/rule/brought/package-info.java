/** A rule as somebody outside this project would bring it: the example of how to add a rule. */
@NullMarked
package io.tributary.aggregation.rule.brought;

import org.jspecify.annotations.NullMarked;
