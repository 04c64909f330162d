/** A family as a user brings it: public types of the model package, a script, a service entry. */
@NullMarked
package io.tributary.training.model.brought;

import org.jspecify.annotations.NullMarked;
