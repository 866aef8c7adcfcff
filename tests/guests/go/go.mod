module guests

go 1.27.0

require amend v0.0.0

replace amend => ../../../guest/go/sdk
