/** Classes that break the house's rules on purpose, so that the rules can be seen to bite. */
@NullMarked
package io.tributary.house.samples;

import org.jspecify.annotations.NullMarked;
