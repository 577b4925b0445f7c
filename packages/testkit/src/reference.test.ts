import { describeVendor } from './describe-vendor.js'
import { referenceVendor } from './reference/index.js'

describeVendor('the reference vendor that can do everything', referenceVendor('full'))
describeVendor('the reference vendor that can do little', referenceVendor('spartan'))
